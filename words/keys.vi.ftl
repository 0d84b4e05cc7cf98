# Khóa ký và khóa khẩn cấp trên trang quản lý.

emergency-title = Khóa khẩn cấp
emergency-what = Bản tin khẩn cấp làm loa kêu ở bất cứ giờ nào. Muốn phát, phải nhập mã khẩn cấp; khóa tự đóng lại sau ít phút.
emergency-open = Đang mở, đến { $time }
emergency-open-what = Chỉ tài khoản này gửi được bản tin khẩn cấp trong lúc khóa mở.
emergency-shut = Đang khóa
emergency-code = Mã khẩn cấp
emergency-code-hint = Mã in ra khi lập xã hoặc khi đổi mã. Chữ hoa, chữ thường, dấu cách và gạch nối đều như nhau.
emergency-unlock-act = Mở khóa
emergency-lock-act = Khóa lại ngay
emergency-opened = Đã mở khóa khẩn cấp.
emergency-closed = Đã khóa lại.
emergency-throttled = Nhập sai nhiều lần. Hãy thử lại sau { $seconds } giây.
emergency-stop-note = Dừng phát thì không cần mã: nút “Dừng phát” ở Trang chủ luôn dùng được.
unlock-waiting = Đã có giọng đọc nhưng khóa khẩn cấp đã đóng. Hãy nhập mã để phát ngay.
unit-revoked = Khóa của cụm loa này đã bị thu hồi

state-waiting-for-unlock = Chờ mở khóa
health-revoked = Đã thu hồi
alarm-receipts-lost = Mất một số biên nhận của { $unit }: không biết những lần phát đó có nghe được hay không.
alarm-emergency-waits = Bản tin khẩn cấp “{ $title }” đang chờ mở khóa khẩn cấp.
alarm-desk-clock = Đồng hồ của máy chủ chưa được đồng bộ: máy chủ không trả lời giờ cho cụm loa. Hãy xem lại mạng và chrony.

fault-emergency-locked = Khóa khẩn cấp đang đóng. Hãy nhập mã khẩn cấp rồi gửi lại.
fault-emergency-unusable = Chưa có khóa khẩn cấp dùng được. Kỹ thuật viên cần chạy: loalang keys code
fault-emergency-targets = Bản tin khẩn cấp phải ghi rõ các thôn hoặc cụm loa.
fault-code-short = Mã khẩn cấp phải có ít nhất { $least } ký tự.
fault-code-long = Mã khẩn cấp dài nhất { $most } ký tự.
fault-code-wrong = Mã khẩn cấp không đúng.
fault-root-wrong = Đây không phải khóa gốc của xã này.
fault-keys-set-back = Cụm loa “{ $unit }” đang giữ danh sách khóa mới hơn máy chủ: dữ liệu của máy chủ là bản cũ. Hãy dùng: loalang keys recover
fault-caps-invalid = Giới hạn không hợp lệ: giờ phát, độ dài hoặc âm lượng sai.
