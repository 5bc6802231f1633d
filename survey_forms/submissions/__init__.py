"""Submissions (上交的答卷) from elsewhere and for elsewhere: XML instances of phones, ODK Central's CSV tables."""
