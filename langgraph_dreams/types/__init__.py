"""The records that are stored, proposed and returned: pydantic models."""
