# What the command line says.

command-usage =
    Loa Làng: hệ thống truyền thanh của xã.

    loalang demo         chạy thử cả hệ thống với một xã mẫu và bốn cụm loa mô phỏng
    loalang controller   chạy máy chủ ở trụ sở xã
    loalang edge         chạy một cụm loa
    loalang say "…"      gửi một bản tin từ dòng lệnh (--to khau-bang)
    loalang read         đọc văn bản từ đầu vào, in ra cách đọc thành lời
    loalang doctor       kiểm tra máy này và nói việc cần làm
    loalang keys         khóa ký của xã: cất, đổi, thu hồi, khôi phục
    loalang voices       giọng đọc: xem thứ tự, cài giọng cho Piper, nghe thử

    Thêm --help sau mỗi lệnh để xem các lựa chọn.
command-unknown = Không có lệnh “{ $word }”.
command-read = In cách đọc thành lời của từng dòng văn bản nhận từ đầu vào.
command-say = Gửi một bản tin tới các cụm loa qua máy chủ đang chạy, và theo dõi tới khi phát xong.
command-demo = Chạy cả hệ thống trên một máy: máy chủ, trạm trung chuyển MQTT và bốn cụm loa mô phỏng.
command-doctor = Kiểm tra máy này: máy chủ (--data) hoặc cụm loa (--config).
read-json = in từng đoạn, cách đọc và quy tắc dưới dạng JSON
read-not-utf8 = Văn bản nhận được không phải UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.

say-help-text = nội dung bản tin
say-help-to = mã cụm loa hoặc mã thôn; dùng nhiều lần được; bỏ trống là cả xã
say-help-data = thư mục dữ liệu của máy chủ
say-help-no-wait = không chờ phát xong
say-no-desk = Không tìm thấy máy chủ nào đang chạy ({ $where }). Hãy chạy “make demo”, hoặc chỉ thư mục dữ liệu bằng --data.
say-taken = Máy chủ đã nhận bản tin. Theo dõi tại { $url }

tell-voice = ✓ Đã đọc thành tiếng và chỉnh âm: giọng { $voice }, dài { $seconds } giây, { $loudness } LUFS, { $size } kB
tell-recording = ✓ Đã chỉnh âm bản ghi: dài { $seconds } giây
tell-engine-failed = ! Giọng { $engine } không dùng được ({ $code }), đã dùng giọng kế tiếp
tell-voice-failed = ✗ Không tạo được tiếng: { $reason }
tell-delivered = ✓ { $unit }: đã nhận chương trình và kiểm tra chữ ký
tell-stored = ✓ { $unit }: đã lưu đủ tệp âm thanh, sẵn sàng
tell-started = ♪ { $unit }: bắt đầu phát lúc { $at } (lệch { $error } ms)
tell-finished = ✓ { $unit }: đã phát { $played }/{ $whole } giây
tell-interrupted = ! { $unit }: mới phát { $played }/{ $whole } giây: { $reason }
tell-not-played = ✗ { $unit }: không phát: { $reason }

demo-hello = Loa Làng: chạy thử cả hệ thống trên máy này.
demo-step-commune = Chuẩn bị { $commune }: { $villages } thôn, { $households } hộ, { $units } cụm loa…
demo-step-controller = Khởi động máy chủ và trạm trung chuyển MQTT…
demo-step-units = Khởi động { $units } cụm loa mô phỏng…
demo-waiting = … đã đợi { $seconds } giây
demo-unit-online = ✓ { $unit } đã kết nối
demo-bulletin = Gửi bản tin mẫu “{ $title }” tới cả xã, hẹn phát lúc { $at }:
demo-heard = Bản tin mẫu đã được phát ở cả { $units } cụm loa và có biên nhận, { $seconds } giây sau khi chạy lệnh.
demo-not-heard = Bản tin mẫu chưa được phát đủ ở mọi cụm loa. Nhật ký: { $logs }
demo-page = Trang của cán bộ:  { $url }
demo-login = Đăng nhập:         { $name } / { $password }
demo-sound = Âm thanh từng cụm loa (WAV):
demo-observe = Xem tin MQTT:      mosquitto_sub -h 127.0.0.1 -p { $port } -u { $user } -P { $password } -t 'loalang/#' -v
demo-try = Thử gửi thêm:      .venv/bin/loalang say "Mời bà con đi họp lúc 19h30." --to khau-bang
demo-keep-running = Hệ thống đang chạy. Bấm Ctrl-C để dừng.
demo-ending = Đang dừng…
demo-ended = Đã dừng. Dữ liệu còn ở { $folder }; “make demo” lần sau dùng tiếp.
demo-leftovers = Đã dọn { $count } tiến trình còn sót của lần chạy trước.
demo-port-taken = Cổng { $port } đang có chương trình khác dùng. Hãy chọn cổng khác, ví dụ: make demo DEMO="{ $option } { $other }"
demo-child-ended = ! { $name } dừng đột ngột (mã { $code }), đang khởi động lại. Nhật ký: { $log }
demo-child-failed = ✗ { $name } không khởi động được (mã { $code }). Nhật ký: { $log }
demo-already = Một lần chạy thử khác đang dùng thư mục { $folder }. Hãy dừng nó trước, hoặc chọn --folder khác.
demo-help-port = cổng của trang cán bộ
demo-help-mqtt-port = cổng MQTT
demo-help-folder = thư mục dữ liệu của lần chạy thử
demo-help-once = dừng ngay sau khi bản tin mẫu đã phát

doctor-ok = ✓ { $check }
doctor-warn = ! { $check }: { $found }
doctor-fail = ✗ { $check }: { $found }
doctor-all-well = Mọi thứ đều tốt.
doctor-some-wrong = Có { $count } việc cần xử lý.
doctor-nothing-here = Không thấy máy chủ hay cụm loa nào trên máy này. Hãy chỉ thư mục bằng --data hoặc tệp bằng --config.
doctor-help-config = tệp cấu hình unit.toml của cụm loa
doctor-help-simulate = cụm loa chạy mô phỏng: không xem rơ-le, card âm thanh và đồng hồ
doctor-folder = Thư mục dữ liệu
doctor-folder-missing = không có thư mục { $folder }. Hãy tạo bằng “loalang controller init” hoặc sửa đường dẫn.
doctor-folder-closed = không ghi được vào { $folder }. Hãy sửa quyền của thư mục.
doctor-folder-full = chỉ còn { $megabytes } MB trống ở { $folder }. Hãy dọn bớt hoặc thay thẻ nhớ lớn hơn.
doctor-configuration = Tệp cấu hình
doctor-configuration-bad = { $reason }. Hãy sửa rồi chạy lại.
doctor-keys = Khóa ký của xã
doctor-keys-missing = chưa có khóa trong { $folder }. Hãy chạy “loalang controller init”.
doctor-keys-unreadable = { $reason }. Không tạo khóa mới: mọi cụm loa sẽ không còn nghe lệnh. Hãy khôi phục từ bản sao lưu.
doctor-confinement = Nơi cách ly để đọc tệp lạ
doctor-confinement-partial = chỉ được một phần: { $reached }. Nên dùng nhân Linux có Landlock (Debian 12 trở lên có sẵn), hoặc cài gói bubblewrap.
doctor-ffmpeg = Chương trình xử lý âm thanh (ffmpeg)
doctor-ffmpeg-missing = { $reason }. Hãy cài lại Loa Làng.
doctor-voice = Giọng đọc tiếng Việt
doctor-voice-silent = không đọc được: { $reason }. Hãy cài lại Loa Làng.
doctor-running = Máy chủ đang chạy
doctor-running-silent = không trả lời ở { $folder }. Hãy khởi động: systemctl start loalang-controller
doctor-running-no-broker = chưa nối được trạm MQTT. Hãy xem nhật ký: journalctl -u loalang-controller
doctor-unit-key = Khóa riêng của cụm loa
doctor-unit-key-missing = chưa có; cụm loa sẽ tự tạo khi chạy lần đầu.
doctor-unit-key-open = người khác đọc được { $file }. Hãy chạy: chmod 600 { $file }
doctor-relay = Chân GPIO của rơ-le
doctor-relay-missing = { $reason }. Hãy kiểm tra đây là Raspberry Pi và đã cài gói rpi-lgpio.
doctor-sound = Card âm thanh
doctor-sound-no-library = { $reason }. Hãy cài pyalsaaudio.
doctor-sound-missing = không thấy “{ $device }” (đang có: { $known }). Hãy cắm lại card hoặc sửa sound.device.
doctor-clock = Đồng hồ
doctor-clock-untrusted = chưa đáng tin ({ $trust }). Nếu cũng không hỏi được giờ máy chủ thì cụm loa chỉ phát bản tin khẩn cấp. Hãy kiểm tra mạng và chrony.
doctor-broker = Đường tới trạm MQTT
doctor-broker-silent = { $address } không trả lời. Hãy kiểm tra mạng, địa chỉ và tường lửa.
doctor-clips = Đường tải tệp âm thanh
doctor-clips-silent = { $address } không trả lời. Hãy kiểm tra mạng, địa chỉ và tường lửa.
