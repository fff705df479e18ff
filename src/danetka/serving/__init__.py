"""The REST server: `danetka serve`. Its libraries are an extra, which the command asks for."""
