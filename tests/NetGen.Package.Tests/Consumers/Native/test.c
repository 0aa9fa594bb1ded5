/* Uses a network of a native library as a C program does, with one mistake of each kind. Prints the outputs of a sample and exits with 0 where all is as it should be. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fashion_cnn.h"

#define SAMPLES 3
#define THREADS 4

static int failures;

#define CHECK(condition)                                                                              \
    do {                                                                                              \
        if (!(condition)) {                                                                           \
            failures++;                                                                               \
            fprintf(stderr, "line %d: %s; error: %s\n", __LINE__, #condition, fashion_cnn_error());   \
        }                                                                                             \
    } while (0)

static float x[SAMPLES * FASHION_CNN_INPUT_SIZE], expected[SAMPLES * FASHION_CNN_OUTPUT_SIZE];

static void *predict(void *network) {
    float y[FASHION_CNN_OUTPUT_SIZE];
    for (long round = 0; round < 6; round++) {
        long sample = round % SAMPLES;
        if (fashion_cnn_predict(network, x + sample * FASHION_CNN_INPUT_SIZE, FASHION_CNN_INPUT_SIZE, y, FASHION_CNN_OUTPUT_SIZE) != FASHION_CNN_OK) return (void *)1;
        if (memcmp(y, expected + sample * FASHION_CNN_OUTPUT_SIZE, sizeof y) != 0) return (void *)2;
        /* An error of this thread is not another's. */
        if (fashion_cnn_predict(network, x, (size_t)round, y, FASHION_CNN_OUTPUT_SIZE) != FASHION_CNN_ERROR_SIZE) return (void *)3;
        char begin[32];
        snprintf(begin, sizeof begin, "x has %ld values", round);
        if (strncmp(fashion_cnn_error(), begin, strlen(begin)) != 0) return (void *)4;
    }
    return NULL;
}

int main(int count, char **arguments) {
    CHECK(fashion_cnn_input_size() == FASHION_CNN_INPUT_SIZE && fashion_cnn_output_size() == FASHION_CNN_OUTPUT_SIZE);
    CHECK(strcmp(fashion_cnn_error(), "") == 0);
    for (int i = 0; i < SAMPLES * FASHION_CNN_INPUT_SIZE; i++) x[i] = (float)(i * 37 % 101) / 50 - 1;

    fashion_cnn *network = fashion_cnn_create(NULL);
    CHECK(network != NULL);
    float y[SAMPLES * FASHION_CNN_OUTPUT_SIZE] = {0};
    CHECK(fashion_cnn_predict_batch(network, x, SAMPLES * FASHION_CNN_INPUT_SIZE, y, SAMPLES * FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_OK);
    for (int i = 0; i < SAMPLES; i++) {
        float *one = expected + i * FASHION_CNN_OUTPUT_SIZE;
        CHECK(fashion_cnn_predict(network, x + i * FASHION_CNN_INPUT_SIZE, FASHION_CNN_INPUT_SIZE, one, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_OK);
        for (int c = 0; c < FASHION_CNN_OUTPUT_SIZE; c++) {
            float difference = one[c] - y[i * FASHION_CNN_OUTPUT_SIZE + c];
            CHECK(difference < 1e-4f && difference > -1e-4f);
        }
    }

    /* Null pointers, sizes, files. */
    CHECK(fashion_cnn_predict(NULL, x, FASHION_CNN_INPUT_SIZE, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_ARGUMENT);
    CHECK(fashion_cnn_predict(network, NULL, FASHION_CNN_INPUT_SIZE, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_ARGUMENT);
    CHECK(strcmp(fashion_cnn_error(), "x is null.") == 0);
    CHECK(fashion_cnn_predict(network, x, FASHION_CNN_INPUT_SIZE, NULL, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_ARGUMENT);
    CHECK(strcmp(fashion_cnn_error(), "y is null.") == 0);
    CHECK(fashion_cnn_predict(network, x, FASHION_CNN_INPUT_SIZE - 1, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_SIZE);
    CHECK(strcmp(fashion_cnn_error(), "x has 783 values and y 10; a sample needs 784 and 10.") == 0);
    CHECK(fashion_cnn_predict_batch(network, x, 2 * FASHION_CNN_INPUT_SIZE, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_SIZE);
    CHECK(fashion_cnn_predict_batch(network, x, 0, y, 0) == FASHION_CNN_ERROR_SIZE);
    CHECK(fashion_cnn_predict_batch(network, x, (size_t)1 << 40, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_SIZE);
    CHECK(fashion_cnn_create("no/such/file.safetensors") == NULL);
    CHECK(strstr(fashion_cnn_error(), "no/such/file.safetensors") != NULL);
    CHECK(fashion_cnn_create("fashion_cnn.h") == NULL);
    CHECK(strstr(fashion_cnn_error(), "safetensors") != NULL);

    /* The same weights from their file. */
    if (count > 1) {
        fashion_cnn *loaded = fashion_cnn_create(arguments[1]);
        CHECK(loaded != NULL && loaded != network);
        CHECK(fashion_cnn_predict(loaded, x, FASHION_CNN_INPUT_SIZE, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_OK);
        CHECK(memcmp(y, expected, FASHION_CNN_OUTPUT_SIZE * sizeof *y) == 0);
        CHECK(fashion_cnn_destroy(loaded) == FASHION_CNN_OK);
        CHECK(fashion_cnn_destroy(loaded) == FASHION_CNN_ERROR_ARGUMENT);
        CHECK(fashion_cnn_predict(loaded, x, FASHION_CNN_INPUT_SIZE, y, FASHION_CNN_OUTPUT_SIZE) == FASHION_CNN_ERROR_ARGUMENT);
        CHECK(strstr(fashion_cnn_error(), "was destroyed") != NULL);
    }

    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) CHECK(pthread_create(threads + i, NULL, predict, network) == 0);
    for (int i = 0; i < THREADS; i++) {
        void *result;
        CHECK(pthread_join(threads[i], &result) == 0 && result == NULL);
    }

    CHECK(fashion_cnn_destroy(network) == FASHION_CNN_OK);
    CHECK(fashion_cnn_destroy(NULL) == FASHION_CNN_OK);
    printf("outputs");
    for (int c = 0; c < FASHION_CNN_OUTPUT_SIZE; c++) printf(" %.5f", expected[c]);
    printf("\n");
    return failures != 0;
}
