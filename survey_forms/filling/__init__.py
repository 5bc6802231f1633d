"""A form being filled in (填写中的调查表): answers in, calculations, relevance and problems kept up to date."""
