"""Zips on a web server, of which single members are read where they lie.

zips     the zips below one address, their lists of members, and what was read of them
courier  pieces of files over HTTP
listing  the members of a zip
shelf    a folder of bytes within a bound
"""
