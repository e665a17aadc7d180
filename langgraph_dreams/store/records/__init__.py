"""What a store keeps beside the items: the journal, the lease, recall notes, names, the spool."""
