# Âm thanh: nhạc hiệu để chọn, và điều cần biết về một bản ghi trước khi phát.

sound-tune-dawn = Bình minh (đàn tranh)
sound-tune-rice-field = Đồng lúa (sáo trúc, đàn tranh)
sound-tune-spring = Suối nguồn (đàn t'rưng)
sound-tune-festival = Ngày hội (đàn đá, cồng)
sound-tune-river = Dòng sông (đàn bầu, đàn tranh)
sound-tune-highland = Núi rừng (cồng chiêng, sáo)
sound-tune-evening = Chiều quê (chuông)
sound-tune-chime = Tiếng chuông
sound-tune-attention = Tín hiệu báo động
sound-tune-test = Tín hiệu phát thử
sound-tune-tone = Tiếng chuông kết thúc
sound-tune-none = Không có

sound-problem-too-quiet = Tiếng ghi quá nhỏ. Hãy nói gần micrô hơn rồi ghi lại.
sound-problem-clipped = Tiếng bị vỡ vì ghi quá to. Hãy ghi lại nhỏ hơn hoặc nói xa micrô hơn.
sound-problem-noisy = Tạp âm nhiều, ngoài loa sẽ khó nghe. Hãy ghi ở nơi yên tĩnh.
sound-problem-long-silence = Có đoạn im lặng dài ở giữa; người nghe sẽ tưởng đã hết.
sound-problem-one-channel = Chỉ một bên kênh có tiếng; máy dùng kênh đó.
sound-problem-opposed-channels = Hai kênh trái, phải triệt tiêu nhau; máy chỉ dùng một kênh.
sound-problem-hum = Có tiếng ù điện 50 Hz. Hãy kiểm tra dây micrô, nguồn điện.
