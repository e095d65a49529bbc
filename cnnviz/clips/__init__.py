"""Clips: where they come from, and what a network is fed of one.

catalogue    entries of the list: rendered clips, IRMAS
recordings   entries of the list: real recordings, and all that travels with the app
table        CSV lists of clips, line by line
credit       whom a clip is owed to
clip         an opened clip: its sound and its input to the network
irmas        IRMAS as its authors distribute it: folders, file names, labels
instruments  the eleven instruments of IRMAS
archive      single clips read out of zips on a web server
"""
