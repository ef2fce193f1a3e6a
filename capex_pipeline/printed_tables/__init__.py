"""Reads the printed tables of announcements, reports and workbooks as cells, and cells as figures.

A module here reads a layout (HTML, XLSX, PDF), lays out the pieces of a table, or gives its cells a meaning. Add a module when another
format of documents is read. The choice of a reader by file name belongs to `sources`; prose belongs to `article`.
"""
