"""A project to work on, and the tools for it: its tests need a database that is migrated first."""

from langchain_core.tools import BaseTool, ToolException, tool


class Checkout:
    """A fresh copy of the project; whether its database is migrated."""

    def __init__(self) -> None:
        self.migrated = False

    def tools(self) -> list[BaseTool]:
        """What an agent may do with it."""

        @tool
        def run_tests(folder: str) -> str:
            """Run the tests of a folder."""
            if not self.migrated:
                raise ToolException("OperationalError: no such table: invoices (41 errors)")
            return f"41 tests of {folder} passed"

        @tool
        def migrate(database: str) -> str:
            """Bring a database up to date."""
            self.migrated = True
            return f"{database} is up to date"

        run_tests.handle_tool_error = True  # the agent sees the failure, and goes on
        return [run_tests, migrate]
