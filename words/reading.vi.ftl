# Cách đọc, từ điển đọc của xã, và chữ lấy từ nơi khác.

## Sửa cách đọc

reading-hint-mend = Chỗ tô vàng là chỗ máy đổi cách đọc so với chữ viết. Bấm vào chỗ đó để xem vì sao và sửa.
reading-of = Chữ “{ $written }”
reading-said = Máy đọc là
reading-nothing = không đọc
reading-why = Vì sao
reading-say = Đọc là
reading-say-hint = Viết thành lời, đủ dấu, không dùng số và chữ tắt.
reading-written-field = Chữ viết trong bản tin
reading-here-only = Chỉ sửa chỗ này
reading-times = Chữ này có { $count } chỗ trong bản tin. Bỏ chọn thì sửa tất cả.
reading-fix-once = Sửa cho bản tin này
reading-fix-always = Sửa mãi mãi (từ điển của xã)
reading-fix-undo = Bỏ chỗ đã sửa
reading-done-once = Đã sửa cách đọc “{ $written }” trong bản tin này.
reading-done-always = Đã ghi “{ $written }” vào từ điển của xã. Từ nay mọi bản tin đọc như vậy.
reading-done-undo = Đã bỏ chỗ sửa “{ $written }”.
reading-other = Sửa cách đọc một chữ khác
reading-silent = Không đọc:
reading-lacks-marks = Có vẻ thiếu dấu.
reading-lacks-marks-way = Giọng đọc không đoán được dấu: “thong bao” sẽ không ra “thông báo”. Hãy viết lại có dấu rồi xem lại.
reading-as-it-was = Cách đọc của xã đã đổi sau khi bản tin này được đặt lịch. Dưới đây là lời trong tiếng đã tạo.
reading-answered = Đã chọn xong cách đọc.

reading-rule-abbreviation = Chữ viết tắt, đọc đủ chữ.
reading-rule-bearing = Hướng đông, tây, nam, bắc.
reading-rule-capitals = Chữ in hoa không có trong từ điển: đọc từng chữ cái, hoặc đọc như chữ thường.
reading-rule-clock = Giờ.
reading-rule-code = Số hiệu: đọc từng số.
reading-rule-correction = Anh chị đã sửa cho bản tin này.
reading-rule-dash = Dấu gạch nối: đọc là “đến”, hoặc ngắt hơi.
reading-rule-date = Ngày tháng.
reading-rule-dictionary = Theo từ điển đọc của xã.
reading-rule-document = Số hiệu văn bản: đọc số, năm, rồi chữ viết tắt.
reading-rule-foreign = Tên hoặc từ nước ngoài, đọc theo âm tiếng Việt.
reading-rule-fraction = Phân số.
reading-rule-letter = Một chữ cái: đọc tên chữ.
reading-rule-money = Số tiền.
reading-rule-number = Số: đọc thành lời.
reading-rule-pause = Dấu ngắt hơi.
reading-rule-quantity = Số lượng và đơn vị đo.
reading-rule-range = Khoảng từ … đến ….
reading-rule-rate = Dấu gạch chéo: đọc là “một”, “trên” theo đơn vị.
reading-rule-road = Tên đường.
reading-rule-roman = Số La Mã.
reading-rule-section = Mục, khoản, điểm.
reading-rule-sign = Ký hiệu: đọc thành lời.
reading-rule-silent = Ký hiệu hoặc chữ không có âm: không đọc.
reading-rule-standard = Số hiệu tiêu chuẩn, quy chuẩn.
reading-rule-stop = Dấu hết văn bản.
reading-rule-telephone = Số điện thoại: đọc từng số.
reading-rule-time = Giờ.
reading-rule-title = Chữ ký thay, thừa lệnh ở đầu dòng: không đọc.
reading-rule-unit = Đơn vị đo.
reading-rule-web-address = Địa chỉ trang mạng hoặc thư điện tử.
reading-rule-word = Chữ lạ: đọc theo âm gần nhất.
reading-rule-year = Năm.
reading-rule-other = Theo quy tắc của bộ đọc.

reading-likely = “{ $source }” được đọc là “{ $chosen }”; cũng có thể là: { $choices }. Nếu chưa đúng, hãy viết đủ chữ hoặc ghi vào từ điển của xã.

questions-title = Cần chọn cách đọc
questions-what =
    { $count ->
       *[other] { $count } chữ viết tắt có nhiều nghĩa. Máy không tự quyết thay: hãy chọn rồi bấm xác nhận.
    }
questions-likely = Máy đoán
questions-other = Cách đọc khác
questions-always = Luôn đọc “{ $source }” như vậy (ghi vào từ điển của xã)
questions-act =
    { $count ->
       *[other] Xác nhận { $count } cách đọc
    }

## Từ điển đọc của xã

dictionary-title = Từ điển đọc của xã
dictionary-what = Chữ viết tắt, tên riêng, từ nước ngoài mà xã hay dùng. Mọi bản tin đọc theo từ điển này.
dictionary-add = Thêm chữ
dictionary-change = Sửa chữ
dictionary-hint = Cách đọc viết thành lời, đủ dấu: “LMLM” đọc là “lở mồm long móng”. Bản tin chưa đặt lịch được đọc lại ngay; bản tin đã đặt lịch giữ như đã nghe.
dictionary-save = Lưu
dictionary-entries = { $count } chữ
dictionary-export = Xuất ra Excel
dictionary-search = Tìm (không cần dấu)
dictionary-find = Tìm
dictionary-open = Sửa hoặc xóa
dictionary-remove = Xóa
dictionary-remove-sure = Xóa “{ $written }” khỏi từ điển?
dictionary-removed = Đã xóa “{ $written }” khỏi từ điển.
dictionary-put = Đã ghi “{ $written }” vào từ điển.
dictionary-author = { $name } ghi ngày { $date }
dictionary-more = Còn { $count } chữ nữa. Hãy tìm để thấy.
dictionary-not-found = Không có chữ nào giống “{ $search }”.
dictionary-empty = Chưa có chữ nào. Bộ đọc đã biết sẵn các chữ viết tắt thường gặp; chỉ cần thêm chữ riêng của xã.

list-title = Nhập từ tệp
list-file = Tệp danh sách (CSV)
list-hint = Hai cột: chữ viết, cách đọc. Lấy được từ Excel (lưu dạng CSV UTF-8) hoặc từ tệp xã khác xuất ra; tối đa { $limit } KB. Xem trước rồi mới ghi.
list-look = Xem trước
list-look-again = Xem lại
list-check-title = Xem trước khi nhập
list-check-what = Chưa có gì được ghi. Hãy xem rồi bấm nhập.
list-refused = { $count } dòng chưa nhập được
list-line = Dòng { $number }: “{ $text }”. { $why }
list-refused-way = Các dòng này vẫn còn trong ô dưới đây: sửa rồi bấm Xem lại. Các dòng khác vẫn nhập được.
list-added = Thêm { $count } chữ
list-changed = Đổi { $count } chữ
list-same = { $count } chữ giống từ điển đang có, không đổi gì.
list-text = Danh sách đã nhận
list-leave = Không nhập
list-act = Nhập { $count } chữ
list-done = Đã thêm { $added } chữ, đổi { $changed } chữ.

fault-reading-questions-open = Còn { $count } chữ viết tắt chưa chọn cách đọc. Hãy chọn trước khi phát.
fault-entry-written-invalid = Chữ viết phải bắt đầu bằng một chữ cái.
fault-entry-spoken-invalid = Cách đọc “{ $spoken }” chưa đọc được. Hãy viết thành lời tiếng Việt: chỉ chữ cái, dấu cách và dấu phẩy; không số, không ký hiệu.
fault-entry-too-long = Dài { $length } ký tự, tối đa là { $limit }.
fault-entry-unknown = Không còn chữ “{ $written }” trong từ điển.
fault-entry-not-in-text = Không thấy “{ $written }” đứng riêng trong bản tin này.
fault-entry-twice = Chữ này đã có ở dòng { $line }.
fault-dictionary-full = Từ điển chỉ chứa được { $limit } chữ.
fault-list-empty = Tệp không có dòng nào.
fault-list-unreadable = Tệp này không phải danh sách chữ. Trong Excel, hãy lưu dạng “CSV UTF-8”.
fault-list-too-large = Tệp quá lớn, tối đa { $limit_kb } KB.
fault-line-unreadable = Dòng phải có đúng hai cột: chữ viết và cách đọc.
fault-document-refused = Chưa lấy được chữ: { $reason }
fault-document-missing = Chưa chọn tệp Word hoặc PDF.

## Chữ dán vào, chữ từ tệp

pasted-converted = Đã chuyển từ bảng mã { $encoding } sang Unicode. Hãy đọc lại cho chắc.
pasted-undo = Lấy lại chữ như lúc dán
document-title = Lấy chữ từ tệp Word hoặc PDF
document-file = Tệp Word (.docx, .odt), PDF hoặc văn bản thường
document-hint = Chữ trong tệp được đưa vào ô nội dung để anh chị xem và sửa.
document-act = Lấy chữ
document-taken = Đã lấy { $count } ký tự từ “{ $name }”. Hãy xem lại rồi sửa.

document-refusal-not-a-document = Tệp này không phải Word (.docx, .odt), PDF hay văn bản thường.
document-refusal-no-text = Tệp không có chữ lấy được: có lẽ là bản chụp hoặc bản quét. Hãy gõ lại, hoặc xin tệp Word gốc.
document-refusal-protected = Tệp có mật khẩu. Hãy mở tệp, bỏ mật khẩu rồi lấy lại.
document-refusal-too-large = Tệp lớn quá hoặc dài quá đối với một bản tin. Hãy chép riêng phần cần đọc.
document-refusal-damaged = Tệp bị hỏng, không mở được. Hãy xin lại tệp.
document-refusal-too-slow = Mở tệp lâu quá nên đã dừng; tệp có thể bị hỏng.
document-refusal-old-word = Tệp Word kiểu cũ (.doc) hoặc RTF. Trong Word, hãy lưu thành .docx rồi lấy lại.
document-refusal-not-now = Máy chưa mở được tệp lúc này. Hãy thử lại sau ít phút, hoặc chép chữ dán vào ô nội dung.
