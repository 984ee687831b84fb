// placeholder until this room's first file
