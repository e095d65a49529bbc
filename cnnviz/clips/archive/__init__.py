"""Zips on a web server, of which single members are read by range requests.

zips     the zips below one address: lists of members, and the members themselves
listing  what a zip holds, as zipfile reads it from the end of the remote file
courier  the HTTP client: range requests with a rate limit, retries and a deadline
cache    a folder of bytes within a bound
"""
