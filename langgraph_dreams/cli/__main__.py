"""`python -m langgraph_dreams.cli`."""

from langgraph_dreams.cli.main import main

raise SystemExit(main())
