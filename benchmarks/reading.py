"""Cost of the reader: processor time per 1,000 characters, for an ordinary notice and for a hostile text.

Run: `python benchmarks/reading.py`. Processor time, best of several runs, so that a busy machine disturbs little.
"""

import time

from audio.reading import read

NOTICE = """THÔNG BÁO VỀ VIỆC TẠM NGỪNG CUNG CẤP ĐIỆN
Theo Thông báo số 308/TB-ĐLHTr ngày 05/9/2025 của Điện lực, để bảo đảm an toàn khi sửa chữa đường dây 35kV, UBND xã
thông báo đến toàn thể nhân dân trên địa bàn xã được biết như sau:
1. Thời gian ngừng cung cấp điện: từ 07h00 – 17h00 ngày 18/9/2025 (thứ Năm). Trường hợp trời mưa, lịch cắt điện sẽ
được thông báo lại sau.
2. Khu vực: các thôn Nà Khoang, Thủy Điện, Địa Cát và TDP số 5.
- Đề nghị các hộ kinh doanh, các trường THCS, THPT, Trạm Y tế chủ động bố trí nguồn điện dự phòng; tắt các thiết bị
điện trước 6h45' để tránh hư hỏng.
Mọi thắc mắc xin liên hệ đ/c Nguyễn Văn A, SĐT: 0912.345.678, hoặc tổng đài 1900 1234.
Rất mong nhân dân thông cảm và thực hiện./.
"""
HOSTILE = "1.111/1-" * 2_500
ROUNDS = 7


def microseconds_per_1000(text: str) -> float:
    """The best of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        read(text)
        best = min(best, time.process_time() - start)
    return best * 1e6 / len(text) * 1000


def main() -> None:
    for name, text in (("notice", NOTICE * 20), ("one notice", NOTICE), ("hostile", HOSTILE)):
        print(f"{name:12} {len(text):7,} characters {microseconds_per_1000(text):9,.0f} µs per 1,000")


if __name__ == "__main__":
    main()
