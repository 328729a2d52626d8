"""The commands of `dial311`, a file for each kind of person who types them. `ivr/cli.py` lists them."""
