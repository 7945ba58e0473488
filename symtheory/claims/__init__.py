"""Claims: falsifiable statements about a network, with statistic, null and floor."""
