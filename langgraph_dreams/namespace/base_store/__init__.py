"""A LangGraph store over namespaces: what is put into it is dreamt of, and search is recall."""
