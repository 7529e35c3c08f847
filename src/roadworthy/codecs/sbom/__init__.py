"""Bills of materials, as build systems and scanners write them; `reading.read_bill` reads them all."""
