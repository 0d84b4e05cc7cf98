# Sẵn sàng hay chưa và vì sao; khi máy chủ lùi về bản cũ; giờ phát và dung lượng của từng cụm; ngân hàng câu khẩn cấp.

## Sẵn sàng

verdict-ready = Sẵn sàng: bản tin đã nằm trong cụm loa, sẽ phát đúng giờ kể cả khi mất mạng.
verdict-ready-unseen = Bản tin đã nằm trong cụm loa nên vẫn phát đúng giờ, nhưng hiện mất kết nối.
verdict-not-ready = Chưa sẵn sàng.
verdict-badge-ready = Sẵn sàng
verdict-badge-ready-unseen = Đã có sẵn, mất kết nối
verdict-badge-not-ready = Chưa sẵn sàng
ready-revoked = Khóa của cụm loa đã bị thu hồi.
ready-voice-failed = Chưa tạo được tiếng cho bản tin.
ready-voice-pending = Đang chờ tạo xong giọng đọc.
ready-never-seen = Cụm loa chưa bao giờ liên lạc.
ready-too-long = Bản tin dài { $minutes } phút, cụm loa chỉ được phát tối đa { $limit } phút.
ready-quiet-hours = Ngoài giờ được phát của cụm loa ({ $hours }).
ready-no-contact = Mất kết nối { $span }, { $holding }.
ready-holding-broadcast = bản tin đã nằm trong cụm loa
ready-holding-plan = lịch đã tới nhưng tiếng chưa tải đủ
ready-holding-previous = chương trình trước đó vẫn còn
ready-holding-previous-until = chương trình trước đó vẫn còn, dùng được đến hết { $date }
ready-holding-nothing = cụm loa chưa có chương trình nào
ready-delegation-not-held = Cụm loa chưa nhận danh sách khóa mới.
ready-set-back = Cụm loa giữ lịch mới hơn máy chủ; đang chờ cán bộ chọn.
ready-sound-failed = Bộ phận phát tiếng bị hỏng.
ready-disk-failed = { $disk }.
ready-clock-untrusted = Đồng hồ chưa tin cậy ({ $clock }).
ready-clock-disputed = Đồng hồ máy lệch { $span } so với giờ đúng; cụm loa đang theo giờ đúng.
ready-programme-not-held = Cụm loa chưa nhận lịch mới.
ready-clip-missing = Thiếu { $clips } tệp, đã tải { $percent } %.
ready-clip-missing-unsaid = Thiếu { $clips } tệp.
ready-data-budget = Đã dùng hết dung lượng di động của tháng.
ready-undervoltage = Nguồn điện yếu.
ready-do-revoked = Đăng ký lại cụm loa này, hoặc bỏ thôn này khỏi bản tin.
ready-do-voice-failed = Mở bản tin và tạo lại tiếng.
ready-do-voice-pending = Đợi ít phút; có tiếng là gửi ngay.
ready-do-never-seen = Kiểm tra nguồn điện, mạng và tệp unit.toml của cụm loa.
ready-do-too-long = Soạn bản ngắn hơn, hoặc tách thành nhiều bản.
ready-do-quiet-hours = Chọn giờ khác, hoặc sửa giờ riêng của cụm loa (không rộng hơn giờ của xã).
ready-do-no-contact = Gọi người trông loa xem nguồn điện, mạng và SIM.
ready-do-no-contact-broadcast = Vẫn phát đúng giờ; xem lại mạng của cụm loa khi tiện.
ready-do-delegation-not-held = Đợi cụm loa kết nối; quá 5 phút thì mang danh sách khóa tới bằng USB.
ready-do-set-back = Mở trang Khôi phục và chọn giữ lịch nào.
ready-do-sound-failed = Cử người kiểm tra âm-li và dây loa.
ready-do-disk-failed = Dọn thẻ nhớ nếu đầy; không được thì thay thẻ.
ready-do-clock-untrusted = Đợi cụm loa hỏi giờ máy chủ; quá 5 phút thì kiểm tra mạng.
ready-do-clock-disputed = Báo kỹ thuật xem nguồn giờ (NTP) của cụm loa.
ready-do-programme-not-held = Đợi vài giây; quá 2 phút thì khởi động lại cụm loa.
ready-do-clip-missing = Đợi tải xong; mạng yếu thì soạn bản ngắn hơn.
ready-do-data-budget = Tăng dung lượng tháng của cụm loa, hoặc mang tiếng tới bằng USB.
ready-do-undervoltage = Thay bộ nguồn hoặc dây nguồn.
ready-reasons = Vì sao
span-seconds = { $count } giây
span-minutes = { $count } phút
span-hours = { $count } giờ
span-days = { $count } ngày
disk-ok = Thẻ nhớ tốt
disk-full = Hết bộ nhớ
disk-read-only = Thẻ nhớ không ghi được
disk-failed = Thẻ nhớ bị lỗi
concern-disk-full = Hết bộ nhớ
concern-disk-read-only = Thẻ nhớ không ghi được
concern-disk-failed = Thẻ nhớ bị lỗi
concern-dispute = Đồng hồ máy lệch { $span }
concern-set-back = Giữ lịch mới hơn máy chủ
concern-delegation = Chưa nhận danh sách khóa mới
concern-coming = Đang tải tiếng: { $percent } %
unit-dispute = Lệch giờ
unit-month = Dữ liệu tháng này
data-used = { $megabytes } MB
clock-error = sai tối đa { $ms } mili giây

## Cảnh báo

alarm-not-ready-soon = “{ $title }” phát lúc { $time } mà { $units } chưa sẵn sàng.
alarm-controller-set-back = { $units } giữ lịch mới hơn máy chủ: máy chủ đã lùi về bản cũ.
alarm-disk-failed = Thẻ nhớ của { $unit } có vấn đề.
alarm-clock-untrusted = Đồng hồ của { $unit } chưa tin cậy; bản tin thông thường và ưu tiên sẽ không phát.
alarm-clock-disputed = Đồng hồ máy ở { $unit } lệch với giờ đúng.
alarm-undervoltage = Nguồn điện ở { $unit } yếu.
alarm-plan-ending = { $unit } mất liên lạc và lịch đang giữ sắp hết hạn.
alarm-plan-ended = { $unit } mất liên lạc và lịch đang giữ đã hết hạn: cụm loa không phát gì nữa.
alarm-units-more = { $units } và { $more } cụm khác
alarm-to-recovery = Mở trang Khôi phục

## Giờ phát và dung lượng

settings-title = Giờ phát và dung lượng di động
settings-hours = Giờ được phát
settings-hours-hint = Ví dụ 05:30-11:30, 13:30-21:00. Để trống: theo giờ chung của xã ({ $hours }). Bản tin khẩn cấp thật không bị giới hạn.
settings-hours-act = Đặt giờ
settings-hours-set = Đã đặt giờ được phát: { $hours }. Cụm loa nhận khi có mạng.
settings-hours-cleared = Cụm loa theo giờ chung của xã: { $hours }.
settings-downloads = Giờ tải tiếng chưa cần ngay
settings-downloads-hint = Ví dụ 00:00-04:00. Để trống: lúc nào cũng được.
settings-month = Dung lượng mỗi tháng (MB)
settings-month-hint = Để trống: không giới hạn. Hết dung lượng thì chỉ bản tin ưu tiên và khẩn cấp được tải.
settings-downloads-act = Đặt dung lượng
settings-downloads-set = Đã đặt cách tải tiếng của cụm loa.
unit-hours = Giờ được phát
hours-own = riêng của cụm
hours-unreadable = Không đọc được giờ “{ $written }”. Hãy viết như 05:30-21:00.
month-unreadable = Dung lượng phải là số MB, ví dụ 500.
fault-quiet-hours = Ngoài giờ được phát nên không cụm loa nào phát. Giờ được phát: { $hours }.
fault-too-long = Bản tin dài { $minutes } phút, xã chỉ cho phát tối đa { $limit_minutes } phút một lần.
fault-hours-invalid = Khoảng giờ chưa đúng. Hãy viết như 05:30-21:00; nhiều khoảng thì cách nhau bằng dấu phẩy.
fault-hours-outside = Giờ này nằm ngoài giờ chung của xã ({ $hours }); chỉ thu hẹp được, không mở rộng được.
fault-data-out-of-range = Dung lượng phải từ { $least } đến { $most } MB.
check-refusing = Có cụm loa sẽ im lặng
check-refusing-quiet-hours = { $unit }: { $time } { $date } ngoài giờ được phát ({ $hours }).
check-refusing-too-long = { $unit }: bản tin dài quá mức được phát.

## Khôi phục

recovery-title = Khôi phục
recovery-none = Máy chủ và các cụm loa khớp nhau. Không có gì phải khôi phục.
recovery-what = Chuyện gì đã xảy ra?
recovery-what-text = Máy chủ này chạy bằng bản lưu cũ, nên biết ít hơn các cụm loa dưới đây. Các cụm vẫn phát theo lịch đang giữ. Máy chủ không gửi lịch mới cho các cụm này cho tới khi bạn chọn. Phát ngay, dừng và khẩn cấp vẫn dùng được.
recovery-what-choose = Không chọn thì lịch đang giữ ở cụm loa sẽ hết hạn sau tối đa 14 ngày.
recovery-versions = Lịch số { $theirs }; máy chủ mới biết đến số { $ours }.
recovery-noticed = Nhận ra lúc { $time }, { $date }.
recovery-waiting = Đang chờ cụm loa gửi về lịch đang giữ.
recovery-waiting-lost = Cụm loa đang mất liên lạc nên chưa gửi về lịch đang giữ.
recovery-root = Cụm loa đã nhận danh sách khóa mới hơn máy chủ. Cần người giữ khóa gốc chạy: loalang keys recover
recovery-unknown = Cụm loa có, máy chủ không biết ({ $count })
recovery-unknown-none = Không có bản tin nào mà máy chủ không biết.
recovery-lacking = Đặt trên máy chủ sau khi khôi phục, cụm loa chưa nhận ({ $count })
recovery-cancelled = Máy chủ có, nhưng đã bị hủy sau ngày lưu bản cũ ({ $count })
recovery-times = { $count } lần phát, từ lúc này
recovery-more = và { $count } bản tin nữa
recovery-keep = Giữ lịch trên cụm loa
recovery-keep-what = Mọi bản tin cụm loa đang giữ vẫn phát đúng giờ cho tới khi hết hạn, nhưng máy chủ không còn chữ của chúng. Bản đã hủy thì hủy lại. Lịch lặp lại mà máy chủ đã mất chỉ phát tiếp trong 14 ngày: hãy đặt lại.
recovery-replace = Dùng lịch của máy chủ
recovery-replace-what = Các bản tin mà máy chủ không biết sẽ bị bỏ và không phát nữa. Bản đã hủy sau ngày lưu sẽ phát lại, trừ khi bạn hủy lần nữa.
recovery-replace-sure = Bỏ các bản tin mà máy chủ không biết? Việc này không lấy lại được.
recovery-all = Tất cả { $count } cụm loa này
recovery-kept = Đã giữ lịch trên cụm loa.
recovery-replaced = Cụm loa sẽ nhận lịch của máy chủ.
recovery-carried = Lịch cũ trên cụm loa
recovery-carried-what = Bản tin này lấy lại từ cụm loa; máy chủ không còn chữ của nó.
voice-only-on-units = Tiếng của bản tin này chỉ còn nằm trong các cụm loa.
fault-recovery-not-needed = Cụm loa “{ $unit }” không cần khôi phục.
fault-recovery-not-received = Cụm loa “{ $unit }” chưa gửi về lịch đang giữ. Hãy đợi, hoặc dùng lịch của máy chủ.
fault-recovery-needs-root = Cụm loa “{ $unit }” cần người giữ khóa gốc: chạy loalang keys recover.
controller-help-recover = xem các cụm loa giữ lịch mới hơn máy chủ, và chọn giữ lịch nào
controller-help-recover-unit = cụm loa; dùng nhiều lần được; bỏ trống là tất cả
controller-help-recover-keep = giữ lịch trên cụm loa
controller-help-recover-replace = dùng lịch của máy chủ
controller-recover-none = Không có cụm loa nào phải khôi phục.
controller-recover-unit = { $unit }: lịch số { $theirs }, máy chủ biết đến số { $ours }. Cụm loa có thêm { $unknown } bản tin; máy chủ có { $lacking } bản tin mới đặt, { $cancelled } bản tin đã hủy.
controller-recover-waiting = { $unit }: lịch số { $theirs }, máy chủ biết đến số { $ours }. Cụm loa chưa gửi về lịch đang giữ.
controller-recover-done = Xong. Các cụm loa nhận lịch mới trong ít giây.

## Câu khẩn cấp

phrases-title = Câu khẩn cấp
phrases-what = Các câu chuẩn này nằm sẵn trong mọi cụm loa, khi cần không phải tải tiếng về.
phrases-holding = { $count } cụm loa đã có đủ
phrases-waiting = Chưa đủ: { $units }
phrases-none-holding = Chưa cụm loa nào báo đã có đủ.
phrases-pending = Đang chờ tạo giọng đọc
phrases-link = Câu khẩn cấp nằm sẵn trong cụm loa
phrase-attention = Chú ý! Chú ý! Thông báo khẩn cấp của Ủy ban nhân dân xã.
phrase-flash-flood = Cảnh báo lũ quét. Nước suối đang dâng rất nhanh.
phrase-landslide = Cảnh báo sạt lở đất. Bà con sống gần sườn dốc hết sức cẩn thận.
phrase-storm = Cảnh báo bão. Bà con ở yên trong nhà kiên cố, tránh xa cửa kính và cây lớn.
phrase-forest-fire = Cảnh báo cháy rừng. Bà con không vào rừng, không đốt lửa.
phrase-high-ground = Di chuyển ngay lên nơi cao. Không lội qua suối.
phrase-evacuate = Sơ tán ngay. Giúp đỡ người già, trẻ em và người khuyết tật.
phrase-all-clear = Đã hết nguy hiểm. Bà con có thể trở về nhà.
phrase-exercise = Đây là diễn tập. Xin nhắc lại, đây là diễn tập.
phrase-test = Đây là phát thử. Xin nhắc lại, đây là phát thử.

## Vì sao không phát

reason-disk-read-only = thẻ nhớ của cụm loa không ghi được
reason-disk-failed = thẻ nhớ của cụm loa bị lỗi
reason-memory-failed = cụm loa không ghi được vào thẻ nhớ
reason-quiet-hours = ngoài giờ được phát
reason-too-long = dài quá mức được phát
reason-key-revoked = khóa ra lệnh đã bị thu hồi
reason-data-budget = đã dùng hết dung lượng di động của tháng
refusal-epoch = lịch ký theo bộ khóa cũ
