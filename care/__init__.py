"""Care (就医服务): identification at the counter, ledgers, settlement, follow-up duties. Empty so far."""
