"""Fraud scoring: transactions to scores, an alert queue, reasons, and what each threshold costs."""
