"""The command `capex-pipeline`, one module for each sub-command.

Options, the layout of results for a terminal and exit statuses belong here. Work of its own belongs to the room whose result is shown.
"""
