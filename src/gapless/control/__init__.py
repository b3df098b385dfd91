"""Control 服务检查与过程控制: what is watched while the service is given."""
