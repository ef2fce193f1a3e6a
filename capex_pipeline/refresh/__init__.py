"""Downloads new data from the SEC and the European Central Bank, and archives it below raw/.

Requests, the decision whether a response is new and complete, and writing to the archive belong here. The meaning of a fact belongs to
`sources`. The refresh is off by default: an operator switches the asset on, or a person runs `capex-pipeline refresh`. Importing this
package does not load the HTTP library.
"""
