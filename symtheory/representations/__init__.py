"""Characters, irreps and isotypic subspaces of finite groups."""
