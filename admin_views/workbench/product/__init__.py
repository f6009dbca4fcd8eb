"""Featured products (特色服务产品)."""
