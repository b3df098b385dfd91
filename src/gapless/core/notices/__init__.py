"""
Notices (通知): what somebody is told, where and when.

Every notice is a row before anything is sent; every way it goes out by is a row too, with
its state and its attempts. Told once under one key, in each reader's language, at the
hours that the reader chose.
"""
