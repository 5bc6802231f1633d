"""The screens. Empty until the auditor's desk is built."""
