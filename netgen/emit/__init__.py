"""Writers of file formats that tools of others read."""
