"""The enterprise's word on a filed transaction."""
