/* A sound card in user space for tests: an ALSA plugin that keeps time by the monotonic clock, as hardware does.
 *
 * pcm.card { type loacard file "<what was heard, raw>" unplugged "<when this file exists, the card is gone>" ppm 0 }
 *
 * It takes 48 kHz mono S16_LE. Frames are heard at 48,000 * (1 + ppm / 1e6) a second from the moment it starts; what
 * was written and not heard when it is dropped is cut from the file. When it runs empty it under-runs. The monotonic
 * second at which it last started stands in "<file>.started".
 */
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

typedef struct {
	snd_pcm_ioplug_t io;
	char *gone;
	int file, clock;
	double rate, started;
	int64_t written, base;
} card_t;

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static int64_t heard(card_t *card)
{
	int64_t frames = (int64_t)((seconds() - card->started) * card->rate);
	return frames < card->written ? frames : card->written;
}

static int card_start(snd_pcm_ioplug_t *io)
{
	card_t *card = io->private_data;
	char text[32];
	card->started = seconds();
	if (ftruncate(card->clock, 0) < 0 || pwrite(card->clock, text, snprintf(text, sizeof text, "%.6f", card->started), 0) < 0)
		return -errno;
	return 0;
}

static int card_stop(snd_pcm_ioplug_t *io)
{
	card_t *card = io->private_data;
	if (card->started > 0) {
		card->base += heard(card);
		if (ftruncate(card->file, 2 * card->base) < 0)
			return -errno;
		lseek(card->file, 0, SEEK_END);
	}
	card->started = 0;
	card->written = 0;
	return 0;
}

static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io)
{
	card_t *card = io->private_data;
	if (access(card->gone, F_OK) == 0) {
		snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
		return 0;
	}
	if (card->started == 0)
		return 0;
	if ((seconds() - card->started) * card->rate > card->written)
		return -EPIPE;
	return heard(card) % io->buffer_size;
}

static snd_pcm_sframes_t card_transfer(snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas,
				       snd_pcm_uframes_t offset, snd_pcm_uframes_t size)
{
	card_t *card = io->private_data;
	const char *data = (const char *)areas->addr + (areas->first + areas->step * offset) / 8;
	if (access(card->gone, F_OK) == 0)
		return -ENODEV;
	if (write(card->file, data, size * 2) != (ssize_t)(size * 2))
		return -EIO;
	card->written += size;
	return size;
}

static int card_prepare(snd_pcm_ioplug_t *io)
{
	return card_stop(io);
}

static int card_close(snd_pcm_ioplug_t *io)
{
	card_t *card = io->private_data;
	card_stop(io);
	close(io->poll_fd);
	close(card->file);
	close(card->clock);
	free(card->gone);
	free(card);
	return 0;
}

static int card_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int count, unsigned short *revents)
{
	uint64_t ticks;
	(void)count;
	if (fds[0].revents & POLLIN && read(io->poll_fd, &ticks, sizeof ticks) < 0)
		ticks = 0;
	*revents = fds[0].revents & POLLIN ? POLLOUT : 0;
	return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
	.start = card_start,
	.stop = card_stop,
	.pointer = card_pointer,
	.transfer = card_transfer,
	.prepare = card_prepare,
	.close = card_close,
	.poll_revents = card_revents,
};

static int constrain(snd_pcm_ioplug_t *io)
{
	static const unsigned int access_types[] = {SND_PCM_ACCESS_RW_INTERLEAVED};
	static const unsigned int formats[] = {SND_PCM_FORMAT_S16_LE};
	int error;
	if ((error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 1, access_types)) < 0 ||
	    (error = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, formats)) < 0 ||
	    (error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 1)) < 0 ||
	    (error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, 48000, 48000)) < 0 ||
	    (error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 96, 96000)) < 0 ||
	    (error = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64)) < 0)
		return error;
	return 0;
}

SND_PCM_PLUGIN_DEFINE_FUNC(loacard)
{
	struct itimerspec tick = {.it_interval = {0, 2000000}, .it_value = {0, 2000000}};
	const char *file = NULL, *gone = "";
	snd_config_iterator_t each, next;
	long ppm = 0;
	char path[4096];
	card_t *card;
	int error;
	(void)root;
	snd_config_for_each(each, next, conf) {
		snd_config_t *entry = snd_config_iterator_entry(each);
		const char *id;
		if (snd_config_get_id(entry, &id) < 0)
			continue;
		if (strcmp(id, "file") == 0)
			snd_config_get_string(entry, &file);
		else if (strcmp(id, "unplugged") == 0)
			snd_config_get_string(entry, &gone);
		else if (strcmp(id, "ppm") == 0)
			snd_config_get_integer(entry, &ppm);
	}
	if (file == NULL || access(gone, F_OK) == 0)
		return -ENODEV;
	if ((card = calloc(1, sizeof *card)) == NULL)
		return -ENOMEM;
	card->rate = 48000 * (1 + ppm / 1e6);
	card->gone = strdup(gone);
	card->file = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	snprintf(path, sizeof path, "%s.started", file);
	card->clock = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	card->io.version = SND_PCM_IOPLUG_VERSION;
	card->io.name = "A card in user space";
	card->io.callback = &callbacks;
	card->io.private_data = card;
	card->io.poll_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	card->io.poll_events = POLLIN;
	timerfd_settime(card->io.poll_fd, 0, &tick, NULL);
	if ((error = snd_pcm_ioplug_create(&card->io, name, stream, mode)) < 0)
		return error;
	if ((error = constrain(&card->io)) < 0) {
		snd_pcm_ioplug_delete(&card->io);
		return error;
	}
	*pcmp = card->io.pcm;
	return 0;
}

SND_PCM_PLUGIN_SYMBOL(loacard);
