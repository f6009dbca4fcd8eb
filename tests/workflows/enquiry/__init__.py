"""tests.workflows.enquiry"""
