"""The page: what stands in the sidebar, on the stage and in the panels.

session    what a visitor's page shows: one frozen value, changed in one place
resources  what all visitors share
sidebar    which clip, which layer, how far the network is
listing    what the list of clips shows for each
uploads    sounds that visitors bring
irmas      single clips of IRMAS, out of its authors' archive
computed   the network's outputs and the stage's payload, kept in the store
picture    one picture: its choices, its stage, the stage's reports
panels     the panels below the stage, one module each
charts     their charts
chart      shows one of them, with its name
"""
