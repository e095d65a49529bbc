"""Clips: where they come from, and what a network is fed of one.

catalogue    entries of the list: samples that travel with the app, IRMAS
clip         an opened clip: its sound and its input to the network
irmas        IRMAS as its authors distribute it: folders, file names, labels
instruments  the eleven instruments of IRMAS
archive      single clips read out of zips on a web server
"""
