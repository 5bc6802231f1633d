"""Keys (密钥): the key file beside an encrypted casebook, the slots in it, a new key."""
