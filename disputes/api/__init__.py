"""The case through the API: what is owed, filing, the claim for each party, every verb of it, and the refund desk.

Each operation loads through `.visible_to`, calls one action and answers with the claim as it then stands.
"""
