"""Putting the product into Excel on Windows, looking after it there, and taking it out again.

Everything is for one user and needs no administrator. `machine` is all that is asked of the computer,
`windows` the answers of a real one; `settings`, `office`, `defender`, `places` and `books` know what its
facts mean; `checks` are the questions of `excel doctor`; `changes` can take back what it did and `journal`
notes it; `install` uses them all.
"""
