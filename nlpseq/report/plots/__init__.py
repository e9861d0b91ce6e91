"""The pictures of a report as inline SVG, one kind a file.

Each title states what the picture shows to be true, and each has its content in words too. Colours are Okabe and
Ito's, told apart by colour-blind readers; line styles and markers differ as well, for prints in black and white.
"""
