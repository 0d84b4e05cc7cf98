# Thu âm trong trình duyệt, gửi tệp, và điều nghe được trong bản ghi.

## Thu âm

recorder-record = Thu âm bằng micrô
recorder-telephone = Thu bằng ứng dụng của điện thoại
recorder-file = Bản thu lúc
recorder-held = Đã nhận “{ $name }”. Thu lại hoặc chọn tệp khác nếu muốn thay.
recorder-asking = Trình duyệt đang hỏi quyền dùng micrô. Hãy bấm “Cho phép”.
recorder-cancel = Thôi
recorder-ready = Chuẩn bị đọc…
recorder-recording = Đang thu
recorder-paused = Tạm dừng
recorder-level = Mức tiếng
recorder-level-quiet = Quá nhỏ: nói gần micrô hơn
recorder-level-fine = Vừa
recorder-level-loud = Quá to: lùi xa micrô một chút
recorder-pause = Tạm dừng
recorder-resume = Thu tiếp
recorder-stop = Dừng và nghe lại
recorder-paper = Lời để đọc khi thu âm
recorder-paper-hint = Không bắt buộc. Khi thu, lời này hiện to trên màn hình để đọc theo; sau đó được giữ cùng bản thu.
recorder-listen = Nghe lại bản thu
recorder-length = Độ dài { $time }
recorder-leftover = Còn một bản thu chưa gửi, thu lúc { $time }. Nghe lại, rồi dùng hoặc bỏ.
recorder-keep = Dùng bản này
recorder-again = Thu lại
recorder-drop = Bỏ bản này
recorder-retry = Gửi lại
recorder-sending = Đang gửi lên máy chủ
recorder-checking = Đã gửi hết, máy chủ đang kiểm tra
recorder-stop-sending = Dừng gửi
recorder-safe = Bản thu vẫn còn trên máy này, chưa mất. Có thể tải lại trang rồi gửi sau.
recorder-failed-network = Mất kết nối nên chưa gửi được.
recorder-failed-server = Máy chủ gặp lỗi nên chưa nhận được.
recorder-failed-session = Phiên làm việc đã hết nên chưa gửi được. Hãy tải lại trang và đăng nhập, rồi gửi lại.
recorder-failed-stopped = Đã dừng gửi.
recorder-was-quiet = Bản thu quá nhỏ. Nên nói gần micrô hơn rồi thu lại.
recorder-was-loud = Có đoạn quá to nên bị vỡ tiếng. Nên lùi xa micrô một chút rồi thu lại.
recorder-was-cut = Micrô bị ngắt giữa chừng. Phần đã thu vẫn còn.
recorder-was-unkept = Trình duyệt không cho giữ bản thu trên máy: đừng đóng hay tải lại trang trước khi gửi xong.

## Micrô không dùng được

recorder-denied = Trình duyệt không được phép dùng micrô.
recorder-denied-do = Bấm vào biểu tượng cạnh địa chỉ trang, cho phép Micrô, rồi bấm “Thu âm bằng micrô” lần nữa. Hoặc chọn tệp ghi âm có sẵn.
recorder-missing = Không tìm thấy micrô.
recorder-missing-do = Cắm micrô hoặc tai nghe có micrô, rồi bấm lần nữa. Hoặc chọn tệp ghi âm có sẵn.
recorder-busy = Micrô đang được chương trình khác dùng.
recorder-busy-do = Đóng cuộc gọi hoặc chương trình đang dùng micrô, rồi bấm lần nữa.
recorder-insecure = Trang này chưa mở bằng kết nối an toàn nên trình duyệt không cho dùng micrô.
recorder-insecure-do = Mở trang bằng địa chỉ bắt đầu bằng https://, hoặc ngay trên máy chủ (localhost). Nếu không được: thu bằng ứng dụng ghi âm của điện thoại rồi chọn tệp.
recorder-unsupported = Trình duyệt này không thu âm được.
recorder-unsupported-do = Dùng trình duyệt mới hơn, hoặc thu bằng ứng dụng ghi âm rồi chọn tệp.
recorder-broken = Micrô có lỗi nên chưa thu được.
recorder-broken-do = Rút micrô ra cắm lại rồi bấm lần nữa, hoặc chọn tệp ghi âm có sẵn.

## Đọc cho người dùng trình đọc màn hình

recorder-said-counting = Sắp thu.
recorder-said-recording = Bắt đầu thu.
recorder-said-paused = Đã tạm dừng.
recorder-said-taken = Đã dừng thu. Nghe lại, rồi dùng hoặc thu lại.
recorder-said-sending = Đang gửi.
recorder-said-kept = Máy chủ đã nhận.
recorder-said-failed = Chưa gửi được.
recorder-said-barred = Không thu được.
recorder-said-busy-first = Đang thu. Hãy dừng thu trước.
recorder-said-limit = Đã đủ thời lượng tối đa nên dừng thu.
recorder-said-ended = Micrô bị ngắt. Phần đã thu vẫn còn.

## Điều nghe được trong bản ghi

sound-outline = Dạng sóng của bản ghi, dài { $length }
sound-cut-lead = Đã cắt { $seconds } giây im lặng ở đầu.
sound-cut-tail = Đã cắt { $seconds } giây im lặng ở cuối.
sound-cut-both = Đã cắt { $lead } giây im lặng ở đầu và { $tail } giây ở cuối.
sound-problems = Nên nghe kỹ trước khi phát
sound-may-go-on = Vẫn có thể phát bản này nếu nghe rõ.
sound-again = Thu lại hoặc chọn tệp khác
