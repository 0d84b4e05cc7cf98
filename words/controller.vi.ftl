# Những gì `loalang controller` nói trên dòng lệnh, và lời báo trước của bản tin thử, diễn tập.

announce-test = Đây là chương trình phát thử.
announce-exercise = Đây là chương trình diễn tập.

controller-what = Chạy máy chủ của xã: trang quản lý, lịch phát và trạm trung chuyển MQTT.
controller-answers = Máy chủ đã sẵn sàng. Mở trang { $url }
controller-made = Đã tạo { $commune } trong { $folder }.
controller-password = Tài khoản { $user }, mật khẩu { $password } (chỉ hiện một lần, hãy ghi lại).
controller-ask-password = Mật khẩu cho { $user }:{" "}
controller-not-initialised = Thư mục { $folder } chưa có xã nào. Hãy chạy: loalang controller init --data { $folder } --commune MÃ --name TÊN --user TÊN-ĐĂNG-NHẬP
controller-busy = Đã có một máy chủ đang chạy trên thư mục { $folder }. Hãy dừng máy chủ đó, hoặc chọn thư mục khác bằng --data.
controller-port-taken = Không mở được trang ở cổng { $port } ({ $reason }). Hãy chọn cổng khác bằng --port.
controller-mqtt-port-taken = Cổng MQTT { $port } đã có chương trình khác dùng. Hãy chọn cổng khác bằng --mqtt-port.
controller-cannot-start = Máy chủ không chạy được: { $reason }
controller-help-data = thư mục dữ liệu của máy chủ
controller-help-host = địa chỉ mở trang
controller-help-port = cổng mở trang
controller-help-public-url = địa chỉ mà trình duyệt và cụm loa dùng để tới máy chủ
controller-help-mqtt-host = địa chỉ của trạm trung chuyển MQTT
controller-help-mqtt-port = cổng của trạm trung chuyển MQTT
controller-help-broker = trạm trung chuyển nào: auto, amqtt, mosquitto, external
controller-help-speech = giọng đọc nào, theo thứ tự
controller-help-init = tạo xã và người dùng đầu tiên
controller-help-village = thêm hoặc sửa một thôn
controller-help-enrol = đăng ký một cụm loa, in ra tệp cấu hình unit.toml của nó
controller-help-observe = tạo tài khoản chỉ đọc để xem các bản tin MQTT
controller-help-commune-name = tên xã hiện trên trang
controller-help-user = tên đăng nhập của người dùng đầu tiên
controller-help-shown-name = tên người dùng hiện trên trang
controller-help-password-file = tệp chứa mật khẩu ở dòng đầu (- là đầu vào chuẩn)
controller-help-generate = tự tạo mật khẩu và in ra một lần
controller-help-language = tiếng của bà con trong thôn: vi, tay, nung, dao, mong, muong; dùng nhiều lần được
controller-help-villages = thôn nghe được cụm loa này; dùng nhiều lần được
controller-help-key = khóa công khai của cụm loa (loalang edge init in ra)
controller-help-unit-data = thư mục dữ liệu trên cụm loa
