"""XPath as forms use it: parsed once, compiled to Python closures, two dialects."""
