"""Invitations by mail: colleagues into a workbench, consultants into an institution."""
