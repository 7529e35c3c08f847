"""The test kit, shipped: what makes tests of extensions easy. Nothing else imports it."""
