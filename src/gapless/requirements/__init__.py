"""Requirements 服务要求: what good service is, as characteristics customers experience."""
