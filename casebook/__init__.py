"""The casebook (案卷) and what every other room stands on: tables in, people, sample counties, the store."""
