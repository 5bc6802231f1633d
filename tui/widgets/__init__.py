"""The widgets of the screens. Empty until the auditor's desk is built."""
