# Tiếng nói của các thôn bản: bản tin nhiều tiếng, câu thu sẵn, bản tin khẩn cấp ghép từ câu thu sẵn.

## Các tiếng

language-thai = Tiếng Thái
language-khmer = Tiếng Khmer
language-cham = Tiếng Chăm
language-hoa = Tiếng Hoa
language-e-de = Tiếng Ê Đê
language-gia-rai = Tiếng Gia Rai
language-ba-na = Tiếng Ba Na
language-xo-dang = Tiếng Xơ Đăng
language-co-ho = Tiếng Cơ Ho
language-van-kieu = Tiếng Vân Kiều
language-khac = Tiếng khác

## Thôn bản và ngôn ngữ

villages-page-title = Thôn bản và ngôn ngữ
villages-page-what = Bà con mỗi thôn hiểu tiếng nào, tiếng dùng nhiều nhất đứng trước. Loa phát bản tin theo thứ tự này.
villages-language = Tiếng thứ { $place }
villages-language-none = Không có
villages-languages-act = Lưu ngôn ngữ
villages-languages-set = Đã lưu ngôn ngữ của { $count } thôn. Các lần phát sắp tới theo ngôn ngữ mới.
villages-languages-same = Ngôn ngữ của các thôn không đổi.
units-more = Trang liên quan

## Các tiếng của một bản tin

languages-title = Các tiếng của bản tin
languages-listen = Nghe { $tongue }
languages-lacking = Bà con còn hiểu: { $languages }
languages-add = Thêm hoặc thay tiếng
languages-which = Tiếng nào
languages-there = (thay bản đang có)
languages-file-hint = Bản ghi người đọc bằng tiếng này. Có thể thêm sau.
languages-paper = Lời để đọc khi thu âm
languages-paper-hint = Không bắt buộc. Máy giữ lời này để người thu âm nhìn mà đọc; riêng tiếng Việt thì máy tự đọc.
languages-put-act = Lưu tiếng này
languages-put = Đã lưu bản { $tongue }.
languages-unspoken = Chưa có tiếng: lời này đang chờ người đọc và thu âm.
languages-record = Thêm bản thu âm
languages-remove = Bỏ tiếng này
languages-remove-sure = Bỏ bản { $tongue } khỏi bản tin này?
languages-removed = Đã bỏ bản { $tongue }.
languages-leave = Phát không có tiếng này
languages-left-out = Bản tin phát không có tiếng này.
languages-held-up = Bản tin đã đặt lịch đang phải chờ tiếng này. Bỏ tiếng này thì các tiếng khác được phát.
rendition-unspoken = Chờ thu âm
rendition-pending = Đang chờ
rendition-rendering = Đang tạo tiếng
rendition-ready = Đã có tiếng
rendition-failed = Không có tiếng
rendition-left-out = Đã bỏ
voice-unspoken = Chờ người đọc và thu âm
voice-assembled = Ghép từ câu thu sẵn

## Trước khi gửi

languages-heard = Thôn nào nghe tiếng nào
languages-heard-none = Không có tiếng nào bà con hiểu:
languages-longest = (ở cụm loa phát lâu nhất)
languages-missing = Bản tin chưa có đủ tiếng
languages-missing-line = Chưa có { $tongue }: { $villages }.
languages-by-default = Nghe Tiếng Việt thay cho tiếng của mình: { $villages }.
result-items = { $heard }/{ $of } mục
fault-language-failed = Bản { $tongue } chưa có tiếng: { $error } Hãy sửa bản này, hoặc bỏ tiếng này.
fault-language-unspoken = Bản { $tongue } chưa được thu âm. Hãy thêm bản thu âm, hoặc bỏ tiếng này.
fault-language-missing = Bản tin không có { $tongue }.
fault-language-last = Đây là tiếng duy nhất của bản tin nên không bỏ được.
fault-languages-empty = { $village } chưa có tiếng nào. Hãy chọn ít nhất một tiếng.
fault-hears-nothing = Bản tin không có tiếng nào bà con hiểu ở: { $villages }. Hãy thêm tiếng cho bản tin, bỏ các thôn này, hoặc xem lại trang Thôn bản và ngôn ngữ.
fault-too-many-items = Có { $count } mục, tối đa { $limit } mục trong một lần phát. Hãy chọn ít câu hơn hoặc đọc ít lần hơn.

## Câu thu sẵn

phrases-languages = Các tiếng
phrases-count = { $tongue }: đã có { $ready }/{ $of } câu
phrases-how = Người nói { $tongue } đọc từng câu dưới đây, thu bằng điện thoại rồi gửi lên. Câu thu xong tự nằm sẵn trong cụm loa của các thôn hiểu tiếng này.
phrases-listen = Nghe câu: { $phrase }
phrases-recorded = Người đọc
phrases-spoken = Máy đọc
phrases-coming = Đã nhận bản thu, đang xử lý.
phrases-unrecorded = Chưa thu
phrases-outdated = Lời câu này đã đổi sau khi thu. Nên thu lại.
phrases-record = Thu hoặc gửi bản thu
phrases-rerecord = Thu lại
phrases-take = Gửi bản thu này
phrases-taken = Đã nhận bản thu. Máy đang xử lý.
phrases-drop = Bỏ bản thu
phrases-drop-sure = Bỏ bản thu của câu này?
phrases-dropped = Đã bỏ bản thu.
phrase-part-begin = Mở đầu
phrase-part-hazard = Nguy hiểm gì
phrase-part-place = Ở đâu
phrase-part-act = Phải làm gì
phrase-part-end = Kết thúc
phrase-part-status = Báo trước diễn tập, phát thử
phrase-opening = Kính thưa bà con, đây là đài truyền thanh xã.
phrase-dam-release = Hồ thủy điện đang xả lũ. Nước sông dâng rất nhanh.
phrase-villages = Bà con các thôn sau đây chú ý.
phrase-keep-away = Không ra suối, sông, không qua ngầm tràn. Giữ trẻ em ở trong nhà.
phrase-closing = Đề nghị bà con làm theo ngay và báo cho nhà bên cạnh.
fault-phrase-unknown = Không có câu này trong danh sách.

## Ghép từ câu thu sẵn

assemble-title = Ghép từ câu thu sẵn
assemble-what = Chọn các câu đã thu sẵn để phát khẩn cấp ngay, kể cả bằng tiếng mà máy không đọc được.
assemble-act = Chọn câu
assemble-next = Tiếp tục: Kiểm tra
assemble-words = Loa sẽ nói
assemble-names = Rồi đọc tên các thôn được chọn ở dưới.
assemble-foreign = Không có tiếng nào bà con hiểu; loa vẫn phát
assemble-lacking = { $tongue } chưa phát được vì thiếu: { $phrases }
assemble-kept = Các câu đã nằm sẵn trong cụm loa.
assemble-fetched = Cụm loa chưa báo có đủ các câu; câu còn thiếu được gửi kèm lệnh.
assemble-send = Phát khẩn cấp ngay
fault-no-phrase = Chưa chọn câu nào. Hãy chọn ít nhất một câu ngoài tên thôn.
fault-phrases-incomplete = Chưa có tiếng nào đủ các câu đã chọn. Hãy chọn ít câu hơn, hoặc thu thêm câu.
fault-status-unsaid = Chưa có câu báo trước “{ $status }”, nên chưa phát được như vậy. Hãy đợi máy tạo câu này.
