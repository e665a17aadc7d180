"""A nightly routine over a folder of Markdown notes, for agents whose memory is in files."""
