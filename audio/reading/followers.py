"""What the words behind a pair of numbers say about it: a part of a whole, a count out of a count, a dose, or nothing.

`3/4` before "diện tích" is a fraction, `45/60` before "đại biểu" a count out of a count, `1/2` before "viên" a dose;
before anything else it may be a date.
"""

import re
from typing import Final

WHOLE: Final = re.compile(
    r" {0,2}(?:diện tích|dân số|số|tổng|thời gian|quân số|sản lượng|quãng|chặng|khối lượng|giá trị|kế hoạch|ha|km|kg|"
    r"m2|"
    r"m²|năng suất|dung tích|công suất|chiều|"
    r"đoạn|mức|thu nhập|ngân sách|kinh phí|lượng|phần|đường|héc ta)(?![\w])"
)
"""What has parts: the fraction is one."""

MEMBERS: Final = re.compile(
    r" {0,2}(?:đại biểu|đồng chí|đảng viên|thôn|bản|xóm|tổ|ấp|hộ|xã|phường|tiêu chí|chi bộ|chỉ tiêu|cụm|trường|người|"
    r"nhân khẩu|em|cháu|cử tri|phiếu|ý kiến|thành viên|đơn vị|trạm|hồ|công trình|tuyến|lớp|phòng|cán bộ|giáo viên|"
    r"học sinh|đoàn|hội viên|gia đình|trẻ|phụ nữ|nhà|khu|điểm|đợt|nhiệm vụ|mục tiêu|nội dung|dự án|loa|hộ dân|máy|xe|"
    r"chi hội|ứng cử viên|tổ viên|nhóm|cây|con|bộ|sản phẩm|huyện|tỉnh|thủ tục|hồ sơ|văn bản|cơ sở)(?![\w])"
)
"""What is counted one by one."""

FEW: Final = re.compile(
    r" {0,2}(?:thôn|bản|xóm|tổ|ấp|xã|phường|tiêu chí|chi bộ|chỉ tiêu|cụm|trường|trạm|hồ|công trình|tuyến|lớp|phòng|"
    r"chi hội|chi đoàn|ứng cử viên|"
    r"nhóm|đoàn|khu|điểm|đợt|nhiệm vụ|mục tiêu|nội dung|dự án|loa|máy|xe|đơn vị|huyện|tỉnh|cơ sở)(?![\w])"
)
"""Of these a commune has so few that 4/5 is four of five, not four fifths."""

DOSE: Final = re.compile(
    r" {0,2}(?:viên|gói|ống|thìa|muỗng|liều|lít|cốc|bát|chén|quả|bình|thùng|xô|bể|chậu|can|chai|bao|cân|lạng|củ|lá|lọ|"
    r"lần|tiếng|giờ|bữa|lượt|phút|giây)(?![\w])"
)
"""Measures and times: what stands before them is an amount."""
