"""What a view tells of one subject, read once for all causes: crashes, probes, nodes, changes."""
