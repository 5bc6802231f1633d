"""The form (调查表): an XForm read once into what never changes while it is filled in."""
