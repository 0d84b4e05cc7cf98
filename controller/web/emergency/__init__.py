"""The emergency lock ("Khóa khẩn cấp"): open it with the code for some minutes, see until when, close it at once."""
